/**
 * `post-stream`: LibreChat up to v0.8.2-rc1, the POST answers with the event stream; with the other habits of that time
 * (text 401s, public endpoints list, HTML for unknown paths, ISO cursors that lose a row, POST gen_title).
 * `resumable`: v0.8.2-rc2 and later, the POST answers JSON and the stream is a GET of its own.
 */
export type Style = 'post-stream' | 'resumable'

export interface Terms {
  /** Markdown shown by clients that block until the terms are accepted. */
  readonly text: string
}

/** As in `librechat.yaml`: sizes in MB, types as patterns. */
export interface FileConfig {
  readonly serverFileSizeLimit?: number
  readonly avatarSizeLimit?: number
  readonly endpoints?: Readonly<Record<string, EndpointFileConfig>>
}

export interface EndpointFileConfig {
  readonly disabled?: boolean
  readonly fileLimit?: number
  readonly fileSizeLimit?: number
  readonly totalSizeLimit?: number
  readonly supportedMimeTypes?: readonly string[]
}

export interface DoubleOptions {
  /** 0 (default): any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  readonly style: Style
  /** JSON of everything that outlives a restart; image bytes are in `<stateFile>.images/`. Without it nothing does. */
  readonly stateFile?: string
  /** Seconds an access token lives; default 900. */
  readonly accessSeconds?: number
  /** Seconds from login to the end of the session, which a refresh does not move; default 604800. */
  readonly refreshSeconds?: number
  /** Logins per 5 minutes and address, successful ones included; default 7. */
  readonly loginMax?: number
  /** Registrations per hour and address; default 5. */
  readonly registerMax?: number
  /** Chat requests per minute and address, then denied with `message_limit`; default 40. */
  readonly messageMax?: number
  /** Uploads per 15 minutes and user; default 50. */
  readonly uploadMax?: number
  /** Whether a user agent that is no browser bans user and address for two hours; default true. */
  readonly banOnNonBrowser?: boolean
  /** Default true. */
  readonly allowRegistration?: boolean
  readonly terms?: Terms | null
  /** Images need the refresh cookie; default true. */
  readonly secureImageLinks?: boolean
  /** Default 60. */
  readonly deltasPerSecond?: number
  /** Milliseconds until a title is generated, from the start of the run (resumable) or its end (post-stream); default 0. */
  readonly titleDelayMs?: number
  /** Milliseconds that gen_title waits for a title; default 15500 (resumable) and 20000 (post-stream). */
  readonly titleWaitMs?: number
  /** Turns of one user at once; default 2. */
  readonly concurrentMax?: number
  /** Milliseconds that a finished run waits for its first reader before it is forgotten; default 1000. Resumable only. */
  readonly attachGraceMs?: number
  /** What `/api/files/config` answers; null (default): an empty body. */
  readonly fileConfig?: FileConfig | null
  /** What stored images are converted to; default `png`. */
  readonly imageOutputType?: 'png' | 'webp' | 'jpeg'
  /** `code`: accounts without a code of their own need this one; `tempSeconds`: how long a begun login waits, default 300. */
  readonly twoFactor?: { readonly code?: string; readonly tempSeconds?: number }
}

/** The options with their defaults; what can be switched while running is mutable. */
export interface Settings extends Required<Omit<DoubleOptions, 'stateFile' | 'titleWaitMs' | 'style' | 'terms'>> {
  readonly stateFile: string | null
  readonly titleWaitMs: number | null
  style: Style
  terms: Terms | null
}

export function settingsOf(options: DoubleOptions): Settings {
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    style: options.style,
    stateFile: options.stateFile ?? null,
    accessSeconds: options.accessSeconds ?? 900,
    refreshSeconds: options.refreshSeconds ?? 604_800,
    loginMax: options.loginMax ?? 7,
    registerMax: options.registerMax ?? 5,
    messageMax: options.messageMax ?? 40,
    uploadMax: options.uploadMax ?? 50,
    banOnNonBrowser: options.banOnNonBrowser ?? true,
    allowRegistration: options.allowRegistration ?? true,
    terms: options.terms ?? null,
    secureImageLinks: options.secureImageLinks ?? true,
    deltasPerSecond: options.deltasPerSecond ?? 60,
    titleDelayMs: options.titleDelayMs ?? 0,
    titleWaitMs: options.titleWaitMs ?? null,
    concurrentMax: options.concurrentMax ?? 2,
    attachGraceMs: options.attachGraceMs ?? 1000,
    fileConfig: options.fileConfig ?? null,
    imageOutputType: options.imageOutputType ?? 'png',
    twoFactor: options.twoFactor ?? {},
  }
}
