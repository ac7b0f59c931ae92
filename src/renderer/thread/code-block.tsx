import type { ReactElement } from 'react'
import { CopyButton } from './copy-button.tsx'

export const CodeBlock = ({ code, language }: { code: string; language: string }): ReactElement => (
  <figure className="code">
    <figcaption>
      <span>{language === '' ? 'Text' : language}</span>
      <CopyButton text={code} label="Copy code" />
    </figcaption>
    <pre tabIndex={0}>
      <code>{code}</code>
    </pre>
  </figure>
)
