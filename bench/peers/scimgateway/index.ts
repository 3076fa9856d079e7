import './lib/plugin-loki.ts'
export {}
