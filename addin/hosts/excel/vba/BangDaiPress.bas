Option Explicit
Option Private Module

' 每个按钮都走这里：没有打开工作簿时先说明，Python 起不来时也只给一句中文。
Public Sub Press(ByVal id As String, ByVal needsLedger As Boolean)
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        If needsLedger Then
            MsgBox "请先打开台账，再点这个按钮。", vbExclamation, "导师帮带"
            Exit Sub
        End If
        Workbooks.Add
    End If
    RunPython CommandFor(id)
    Exit Sub
Failed:
    MsgBox NotStarted(Err.Description), vbCritical, "导师帮带"
End Sub

Public Function CommandFor(ByVal id As String) As String
    CommandFor = "import addin.hosts.excel.desktop; addin.hosts.excel.desktop.press('" & id & "')"
End Function

Public Function NotStarted(ByVal reason As String) As String
    NotStarted = "导师帮带未启动。请关闭全部 Excel 窗口后重新打开；" & _
        "仍未解决的，请运行 bangdai addin doctor，按所列办法处理。"
    If Len(reason) > 0 Then
        NotStarted = NotStarted & vbCrLf & vbCrLf & "技术信息：" & FirstLine(reason)
    End If
End Function

Private Function FirstLine(ByVal text As String) As String
    Dim ends As Long
    ends = InStr(Replace(text, vbCr, vbLf), vbLf)
    If ends > 0 Then text = Left$(text, ends - 1)
    FirstLine = Left$(text, 200)
End Function
