#!/bin/sh
# 只做一件事：找到 Python，用它运行同一文件夹中的 install.py。不需要管理员权限。
# 用法：在本文件夹中打开终端，输入： sh install.sh
cd "$(dirname "$0")" || exit 2
home=${XDG_DATA_HOME:-$HOME/.local/share}/bangdai
python=$home/python/bin/python3
for packed in cpython-{PYTHON}.*"$(uname -m)"*.tar.gz; do
    if [ -f "$packed" ] && ! [ -x "$python" ]; then
        echo "解压 $packed ……"
        mkdir -p "$home" && tar -xzf "$packed" -C "$home" || exit 2
    fi
done
[ -x "$python" ] || python=$(command -v python{PYTHON}) || {
    echo "未找到 Python {PYTHON}。请将 {INSTALLER} 放入本文件夹，再运行一次。"
    exit 2
}
exec "$python" -I install.py
