; Inno Setup 6.5 or later, with ChineseSimplified.isl among its languages (up to 6.7 it comes without; the workflow adds
; it): iscc /DVersion=1.2.3 installer\windows\weiying.iss
; One file for the user, without administrator rights, in Chinese. Drafts lie in the user's own data folder
; (%LOCALAPPDATA%\weiying), which neither an upgrade nor the uninstaller touches.
#ifndef Version
  #error Call iscc with /DVersion=…
#endif
#define Name "微影报送助手"

[Setup]
; Never change the id: an upgrade finds the installed version by it.
AppId={{6E1B0C0E-6C8B-4B0E-9D53-3B7A6C1F5A27}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher={#Name}
VersionInfoVersion={#Version}
DefaultDirName={localappdata}\Programs\weiying
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\dist
OutputBaseFilename=weiying-{#Version}-setup
SetupIconFile=..\..\build\prepared\weiying.ico
UninstallDisplayIcon={app}\weiyingw.exe
UninstallDisplayName={#Name}
Compression=lzma2/ultra64
SolidCompression=yes
WizardStyle=modern
ShowLanguageDialog=no
; What is open is saved within a second of the last change; Windows asks the window to close before files are replaced.
CloseApplications=yes
RestartApplications=no
ChangesAssociations=yes
ChangesEnvironment=yes

[Languages]
Name: "chinese"; MessagesFile: "compiler:Languages\ChineseSimplified.isl"

[Tasks]
Name: "desktopicon"; Description: "在桌面上放一个图标"
Name: "path"; Description: "在命令行里可以用 weiying 命令"; Flags: unchecked

[InstallDelete]
; What an earlier version had and this one has not must not be loaded.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\weiying\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\weiyingw.exe"
Name: "{group}\卸载{#Name}"; Filename: "{uninstallexe}"
Name: "{userdesktop}\{#Name}"; Filename: "{app}\weiyingw.exe"; Tasks: desktopicon

[Registry]
Root: HKCU; Subkey: "Software\Classes\.weiying"; ValueType: string; ValueData: "weiying.draft"; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\weiying.draft"; ValueType: string; ValueData: "{#Name}草稿"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\weiying.draft\DefaultIcon"; ValueType: string; ValueData: "{app}\weiyingw.exe,0"
Root: HKCU; Subkey: "Software\Classes\weiying.draft\shell\open\command"; ValueType: string; ValueData: """{app}\weiyingw.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotOnPath

[Run]
Filename: "{app}\weiyingw.exe"; Description: "现在打开{#Name}"; Flags: nowait postinstall skipifsilent

[Code]
function NotOnPath: Boolean;
var
  Value: string;
begin
  Result := not RegQueryStringValue(HKCU, 'Environment', 'Path', Value)
    or (Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Value) + ';') = 0);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Value: string;
begin
  if (Step <> usPostUninstall) or not RegQueryStringValue(HKCU, 'Environment', 'Path', Value) then
    exit;
  { Between semicolons on both sides, so that no other folder with the same beginning is cut. }
  Value := ';' + Value + ';';
  if StringChangeEx(Value, ';' + ExpandConstant('{app}') + ';', ';', True) > 0 then
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Copy(Value, 2, Length(Value) - 2));
end;
