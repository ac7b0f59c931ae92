; Runs when the app is uninstalled, not during an update. The app registers its links and its start at login itself, so that nobody else
; removes them; its data stay unless the user says otherwise.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegKey HKCU "Software\Classes\${HESTAMI_PROTOCOL}"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
    ${ifNot} ${Silent}
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Also delete the conversations, drafts and settings that ${PRODUCT_NAME} keeps on this computer? What is on the server stays." IDNO keep
        ; Data are the user's also where the app was installed for everybody; the constant would name a folder of all users.
        ${if} $installMode == "all"
          SetShellVarContext current
        ${endIf}
        RMDir /r "$LOCALAPPDATA\${HESTAMI_DATA}"
        ${if} $installMode == "all"
          SetShellVarContext all
        ${endIf}
      keep:
    ${endIf}
  ${endIf}
!macroend
