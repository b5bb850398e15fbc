# 只做一件事：找到 Python，用它运行同一文件夹中的 install.py。不需要管理员权限。
# 用法：在资源管理器中打开本文件夹，在地址栏输入下面一行，回车：
#   powershell -ExecutionPolicy Bypass -File install.ps1
$version = '{PYTHON}'
$short = $version.Replace('.', '')
$places = @(
    "$env:LOCALAPPDATA\Programs\Python\Python$short\python.exe",
    "$env:ProgramFiles\Python$short\python.exe",
    "C:\Python$short\python.exe"
)
$python = $places | Where-Object { Test-Path $_ } | Select-Object -First 1
if (-not $python) {
    Write-Host "未找到 Python ${version}（64 位）。请先双击运行安装包 {INSTALLER}，再执行本步。"
    Read-Host '按回车键关闭窗口'
    exit 2
}
& $python -I (Join-Path $PSScriptRoot 'install.py')
exit $LASTEXITCODE
