import { connect } from 'node:net';
import { type Random, randomFrom } from './mixed-load.js';

type Mutation = (path: string, below: Random) => string;

/** What looks like another letter to one who compares without case: U+212A lowers to k, U+017F rises to S. */
const LOOKALIKES: Readonly<Record<string, string>> = { k: '%E2%84%AA', s: '%C5%BF', i: '%C4%B0' };

function encoded(letter: string, below: Random): string {
  const hex = letter.charCodeAt(0).toString(16).padStart(2, '0');
  return `%${below(2) === 0 ? hex.toUpperCase() : hex}`;
}

/** Changes one place of a path behind its first slash. */
function at(change: (letter: string, below: Random) => string): Mutation {
  return (path, below) => {
    const index = 1 + below(Math.max(1, path.length - 1));
    return path.slice(0, index) + change(path[index] ?? '', below) + path.slice(index + 1);
  };
}

/** Puts something before one of the slashes, or at the end. */
function between(texts: readonly string[]): Mutation {
  return (path, below) => {
    const places = [...path.matchAll(/\//g)].map(({ index }) => index).filter((index) => index > 0);
    const place = [...places, path.length][below(places.length + 1)] ?? path.length;
    return path.slice(0, place) + (texts[below(texts.length)] ?? '') + path.slice(place);
  };
}

const MUTATIONS: readonly Mutation[] = [
  at((letter) => letter.toUpperCase()),
  at((letter) => letter.toUpperCase()),
  at(encoded),
  at(encoded),
  at((letter, below) => encoded(letter, below).replace('%', '%25')),
  at((letter) => LOOKALIKES[letter] ?? letter),
  at((letter) => (letter === '/' ? '\\' : letter)),
  at((letter) => (letter === '/' ? '%2F' : letter)),
  between(['/', '//', '/.', '/%2e', '/x/..', '/x/%2E%2e', '/%2e%2E/admin', '\\', '\\.']),
  between([';a=b', ';', '%3b', ';/..']),
  between(['\t', '\f', '\u00A0', '%20', '%00', '%0a', '%', '%zz', '%C1%A9']),
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path, below) => path + (['?q', '#f', '?', '#', '?/../x', '%3Fq', '%23', ';q', '#/../x', '?q#f'][below(10)] ?? ''),
];

/** Other ways to write paths, the same for the same seed; each differs from the last in one to three places. */
export function spellingsOf(paths: readonly string[], count: number, seed: number): string[] {
  const below = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    let path = paths[index % paths.length] ?? '/';
    for (let left = 1 + below(3); left > 0; left -= 1) path = MUTATIONS[below(MUTATIONS.length)]?.(path, below) ?? path;
    return below(20) === 0 ? `http://test${path}` : path;
  });
}

/** Sends one request as it is written, byte by byte; resolves with the status once the connection is gone. */
export function sendRaw(url: string, target: string, ...headers: string[]): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    // Its close follows.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]) || undefined));
    const lines = [`GET ${target} HTTP/1.1`, 'Host: test', 'Connection: close', ...headers, '', ''];
    socket.end(Buffer.from(lines.join('\r\n'), 'latin1'));
  });
}
