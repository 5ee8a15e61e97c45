// Fills .data/assets with the front-end files that the portal serves. Run by `npm run build`.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { PurgeCSS } from 'purgecss'

const target = '.data/assets'
const fonts = ['latin-400', 'latin-600', 'vietnamese-400', 'vietnamese-600']
const copies = {
  'htmx.org/dist/htmx.min.js': 'htmx.min.js',
  'echarts/dist/echarts.min.js': 'echarts.min.js',
  ...Object.fromEntries(
    fonts
      .map((font) => `be-vietnam-pro-${font}-normal.woff2`)
      .map((name) => [`@fontsource/be-vietnam-pro/files/${name}`, name]),
  ),
}

// Tabler has 80 kB of CSS compressed, more than half of what an officer's first view may weigh.
// What no template, form or script names is left out. Django's own widgets and messages, and the
// scripts, name the elements, attributes and states below, where this search cannot see them.
const elements = 'html body input select option textarea fieldset legend label button table'
const states = /^(is-(in)?valid|(in)?valid-feedback|was-validated|show|active|disabled|collaps(ed|ing)|alert-(info|success|warning|danger))$/
const attributes = 'data-bs-theme type multiple size disabled readonly checked href open dir lang role'

async function purgedTabler() {
  const [result] = await new PurgeCSS().purge({
    css: ['node_modules/@tabler/core/dist/css/tabler.min.css'],
    content: [
      'templates/**/*.html',
      'static/**/*.js',
      '{accounts,cnscd_portal,reports,targets,teams,training,units}/**/*.py',
      { raw: elements, extension: 'html' },
    ],
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: { standard: [states] },
    dynamicAttributes: attributes.split(' '),
    keyframes: true,
  })
  return result.css
}

await rm(target, { recursive: true, force: true })
await mkdir(target, { recursive: true })
await writeFile(`${target}/tabler.css`, await purgedTabler())
for (const [source, name] of Object.entries(copies)) {
  await cp(`node_modules/${source}`, `${target}/${name}`)
}
