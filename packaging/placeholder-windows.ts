import { NtExecutable, NtExecutableResource, Resource } from 'resedit'

/** US English, UTF-16: what Electron's version information is in. */
const language = { lang: 1033, codepage: 1200 }

/** A Windows program of no code with the version information that electron-builder rewrites. */
export function windowsProgram(version: string): Buffer {
  const program = NtExecutable.createEmpty(false, false)
  const resources = NtExecutableResource.from(program)
  const info = Resource.VersionInfo.createEmpty()
  info.setFileVersion(version, language.lang)
  info.setProductVersion(version, language.lang)
  info.setStringValues(language, {
    CompanyName: 'placeholder',
    FileDescription: 'placeholder',
    InternalName: 'electron.exe',
    LegalCopyright: 'placeholder',
    OriginalFilename: 'electron.exe',
    ProductName: 'Electron',
  })
  info.outputToResourceEntries(resources.entries)
  resources.outputResource(program)
  return Buffer.from(program.generate())
}
