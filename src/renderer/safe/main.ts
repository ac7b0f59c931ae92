import { openSafeScreen } from './safe.ts'
import './safe.css'

openSafeScreen(window.hestami, location.href)
