import { createHash } from 'node:crypto';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Its own style and its own script, its own stream of events, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(PAGE_STYLE)}`,
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  "connect-src 'self'",
  // The empty icon, so that a browser does not ask for one.
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PHASES = ['starting', 'ready', 'lame-duck', 'draining', 'closing', 'stopped'];

/** A table that is filled by the script, and scrolls sideways where the screen is too narrow. */
function table(id: string, title: string, head: readonly string[]): string {
  const cells = head.map((name) => `<th scope="col">${name}</th>`).join('');
  return `<div class="card"><h2 id="${id}-title">${title} <span id="${id}-count" class="count"></span></h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-title"><table><thead><tr>${cells}</tr></thead><tbody id="${id}"></tbody></table></div>
<p id="${id}-more" class="soft" hidden></p></div>`;
}

/** The page. Nothing foreign is in it: the script writes what comes as text. */
export const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Lifecycle</title><style>${PAGE_STYLE}</style></head>
<body><main>
<header><div><h1 id="headline">Lifecycle of this process</h1><p id="connection" class="soft">Connecting</p></div>
<button type="button" id="pause" aria-pressed="false">Pause updates</button></header>
<p id="said" role="status" aria-live="polite"></p>
<noscript><p class="card">This page needs JavaScript to show what changes. The end is in the log too.</p></noscript>
<section class="card" aria-labelledby="phases-title"><h2 id="phases-title">Phase</h2>
<ol id="phases">${PHASES.map((phase) => `<li data-phase="${phase}">${phase}</li>`).join('')}</ol></section>
<section class="card" aria-labelledby="budget-title"><h2 id="budget-title">Budget</h2>
<progress id="budget" max="1" value="1" aria-labelledby="budget-title" aria-describedby="budget-text"></progress><p id="budget-text">not known yet</p></section>
${table('work', 'In flight', ['Work', 'Kind', 'How many', 'Oldest'])}
${table('sources', 'Sources of work', ['Source', 'In flight', 'Served', 'Drained', 'Refused', 'Interrupted'])}
${table('hooks', 'Hooks', ['Hook', 'When', 'State', 'Took'])}
<section class="card" id="waiting-section" aria-labelledby="waiting-title" hidden><h2 id="waiting-title">Waiting for</h2><ul id="waiting"></ul></section>
</main><script>${PAGE_SCRIPT}</script></body></html>
`;
