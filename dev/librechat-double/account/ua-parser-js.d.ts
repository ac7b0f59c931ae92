/** The part of ua-parser-js 1.0 (which ships no types) that is used here. */
declare module 'ua-parser-js' {
  export class UAParser {
    constructor(userAgent: string)
    getBrowser(): { name: string | undefined; version: string | undefined }
  }
}
