Option Explicit
Option Private Module

' 把构建时写成十六进制的文字还原；这样整个文件只有 ASCII 字符，与系统代码页无关。
Public Function Han(ByVal digits As String) As String
    Dim at As Long
    For at = 1 To Len(digits) Step 4
        Han = Han & ChrW(CLng("&H" & Mid$(digits, at, 4)))
    Next at
End Function
