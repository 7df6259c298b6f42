@echo off
rem Installs from the wheels in this folder; needs Python 3.11 or newer, and no network. Saved in GBK, as Chinese Windows reads it.
setlocal
pushd "%~dp0"
if not exist install.py goto packed
set "FOUND="
for %%V in (3.13 3.14 3.12 3.11) do call :try py -%%V
call :try python
call :try python3
if not defined FOUND goto missing
%FOUND% install.py %*
set "CODE=%ERRORLEVEL%"
goto end

:try
if defined FOUND exit /b 0
%* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if not errorlevel 1 set "FOUND=%*"
exit /b 0

:packed
echo 请先把安装包整个解压到一个文件夹，再双击里面的“安装”。
set "CODE=2"
goto end

:missing
echo 没有找到 Python 3.11 或更高的版本。
echo 请先装 Python（64 位），安装时勾选 “Add python.exe to PATH”，再双击“安装”。
set "CODE=2"

:end
popd
if "%~1"=="" pause
exit /b %CODE%
