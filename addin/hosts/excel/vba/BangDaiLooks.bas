Option Explicit
Option Private Module

' 底色和批注一次读写许多单元格：逐格经 COM 要慢几百倍。只供本工具经 Application.Run 调用。
Public Function LooksOf(ByVal book As String, ByVal sheet As String, ByVal cells As Variant) As Variant
    Dim found() As Variant, at As Long, cell As Range
    ReDim found(LBound(cells) To UBound(cells), 0 To 1)
    For at = LBound(cells) To UBound(cells)
        Set cell = Workbooks(book).Worksheets(sheet).Range(cells(at))
        found(at, 0) = -1
        If cell.Interior.ColorIndex <> xlColorIndexNone Then found(at, 0) = CLng(cell.Interior.Color)
        found(at, 1) = ""
        If Not cell.Comment Is Nothing Then found(at, 1) = cell.Comment.Text
    Next at
    LooksOf = found
End Function

' 返回写好的批注共有多少个字；有的单元格放不下批注（如有会话批注），字数就少，由调用方逐格补写。
Public Function PutLooks(ByVal book As String, ByVal sheet As String, ByVal cells As Variant, _
        ByVal fills As Variant, ByVal notes As Variant, ByVal wide As Double, ByVal heights As Variant) As Long
    Dim at As Long, cell As Range
    For at = LBound(cells) To UBound(cells)
        Set cell = Workbooks(book).Worksheets(sheet).Range(cells(at))
        If fills(at) = -1 Then
            cell.Interior.ColorIndex = xlColorIndexNone
        ElseIf fills(at) >= 0 Then
            cell.Interior.Color = fills(at)
        End If
        If VarType(notes(at)) = vbString Then PutLooks = PutLooks + NoteWritten(cell, notes(at), wide, heights(at))
    Next at
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
