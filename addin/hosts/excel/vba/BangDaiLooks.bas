Option Explicit
Option Private Module

' 一次读写许多单元格、许多工作表：逐个经 COM 要慢几百倍。只供本工具经 Application.Run 调用；单元格中的公式调用时什么也不做。
' 出错时不弹 VBA 的对话框，返回空值或 -1，由调用方逐个再做。
Public Function FactsOf(ByVal book As String) As Variant
    Dim found() As Variant, at As Long, sheet As Worksheet
    If TypeName(Application.Caller) = "Range" Then Exit Function
    On Error GoTo Failed
    ReDim found(1 To Workbooks(book).Worksheets.Count, 0 To 5)
    For at = 1 To UBound(found, 1)
        Set sheet = Workbooks(book).Worksheets(at)
        found(at, 0) = sheet.Name
        found(at, 1) = CLng(sheet.Visible)
        found(at, 2) = sheet.UsedRange.Address
        found(at, 3) = IsFalse(sheet.UsedRange.EntireRow.Hidden) And IsFalse(sheet.UsedRange.EntireColumn.Hidden)
        found(at, 4) = UnmergedFrom(sheet.UsedRange)
        found(at, 5) = TotalsIn(sheet)
    Next at
    FactsOf = found
Failed:
End Function

' 从第几行起没有合并单元格；标题占头几行，再往下还有合并的返回 0。
Private Function UnmergedFrom(ByVal used As Range) As Long
    Dim row As Long
    For row = 1 To 8
        If row > used.Rows.Count Then Exit Function
        If IsFalse(used.Rows(row).Resize(used.Rows.Count - row + 1).MergeCells) Then
            UnmergedFrom = used.Row + row - 1
            Exit Function
        End If
    Next row
End Function

' 各个表格的汇总行行号，以空格分开。
Private Function TotalsIn(ByVal sheet As Worksheet) As String
    Dim table As Object
    On Error GoTo Unknown
    For Each table In sheet.ListObjects
        If table.ShowTotals Then TotalsIn = TotalsIn & " " & table.TotalsRowRange.Row
    Next table
Unknown:
End Function

' 各单元格不一致时 Excel 返回 Null。
Private Function IsFalse(ByVal state As Variant) As Boolean
    If Not IsNull(state) Then IsFalse = Not CBool(state)
End Function

Public Function LooksOf(ByVal book As String, ByVal sheet As String, ByVal cells As Variant) As Variant
    Dim found() As Variant, at As Long, cell As Range
    If TypeName(Application.Caller) = "Range" Then Exit Function
    On Error GoTo Failed
    ReDim found(LBound(cells) To UBound(cells), 0 To 1)
    For at = LBound(cells) To UBound(cells)
        Set cell = Workbooks(book).Worksheets(sheet).Range(cells(at))
        found(at, 0) = -1
        If cell.Interior.ColorIndex <> xlColorIndexNone Then found(at, 0) = CLng(cell.Interior.Color)
        found(at, 1) = ""
        If Not cell.Comment Is Nothing Then found(at, 1) = cell.Comment.Text
    Next at
    LooksOf = found
Failed:
End Function

' 返回写好的批注共有多少个字；有的单元格放不下批注（如有会话批注），字数就少，由调用方逐格补写。
Public Function PutLooks(ByVal book As String, ByVal sheet As String, ByVal cells As Variant, _
        ByVal fills As Variant, ByVal notes As Variant, ByVal wide As Double, ByVal heights As Variant) As Long
    Dim at As Long, cell As Range
    If TypeName(Application.Caller) = "Range" Then Exit Function
    On Error GoTo Failed
    For at = LBound(cells) To UBound(cells)
        Set cell = Workbooks(book).Worksheets(sheet).Range(cells(at))
        If fills(at) = -1 Then
            cell.Interior.ColorIndex = xlColorIndexNone
        ElseIf fills(at) >= 0 Then
            cell.Interior.Color = fills(at)
        End If
        If VarType(notes(at)) = vbString Then PutLooks = PutLooks + NoteWritten(cell, notes(at), wide, heights(at))
    Next at
    Exit Function
Failed:
    PutLooks = -1
End Function

Private Function NoteWritten(ByVal cell As Range, ByVal text As String, ByVal wide As Double, ByVal high As Double) As Long
    On Error Resume Next
    If Len(text) = 0 Then
        If Not cell.Comment Is Nothing Then cell.Comment.Delete
        Exit Function
    End If
    If cell.Comment Is Nothing Then
        cell.AddComment text
    Else
        cell.Comment.Text text
    End If
    NoteWritten = Len(cell.Comment.Text)
    cell.Comment.Shape.Width = wide
    cell.Comment.Shape.Height = high
End Function
