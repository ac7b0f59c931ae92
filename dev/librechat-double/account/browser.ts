import { UAParser } from 'ua-parser-js'

/** LibreChat's test: whether the parser it uses (ua-parser-js 1.0) finds the name of a browser. */
export const isBrowser = (userAgent: string): boolean => Boolean(new UAParser(userAgent).getBrowser().name)
