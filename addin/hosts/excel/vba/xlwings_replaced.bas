' The procedures below are bangdai's and stand in for those of the same name.
'
' A ledger comes from elsewhere: nothing in it, beside it or in its name may choose what is run.
'
' RunPython is a Sub: a formula of a received workbook can call a Function of any add-in, so no
' Function may run what it is given.
'
' There is one configuration file, the user's own; no configuration sheet, no folder of the
' workbook, no code in sheets, no name of a workbook in a command line, and Python starts isolated.

Public Sub RunPython(PythonCommand As String)
    If ActiveWorkbook Is Nothing Then Exit Sub
    XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    XLPy.Exec PythonCommand
End Sub

Private Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant
    Dim configValue As String
    If FileExists(GetConfigFilePath()) Then
        If GetConfigFromFile(GetConfigFilePath(), configKey, configValue) Then
            GetConfig = ExpandEnvironmentStrings(configValue)
            Exit Function
        End If
    End If
    If configKey = "INTERPRETER_WIN" Then default = "%LOCALAPPDATA%\BangDai\venv\Scripts\pythonw.exe"
    GetConfig = ExpandEnvironmentStrings(default)
End Function

Private Function XLPyCommand()
    Dim quote As String, console As String
    quote = Chr$(34)
    If GetConfig("SHOW CONSOLE", "False") = "True" Then console = "/showconsole"
    XLPyCommand = "cmd.exe " & console & " /K " & quote & quote & GetConfig("INTERPRETER_WIN") & quote & _
        " -I -B -c " & quote & "import xlwings; xlwings.serve('$(CLSID)')" & quote & quote
End Function
