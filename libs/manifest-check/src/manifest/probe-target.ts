import { type Container } from './container.js';
import { type Probe } from './probe.js';

/**
 * What a probe asks, so that two that ask the same are equal: ports by their number, paths without a slash at their end,
 * with what the kubelet takes where nothing is written. `undefined` for a probe that is not there.
 */
export function targetOf({ kind, field }: Probe, container: Container): string | undefined {
  const at = field.at(kind);
  const port = (): number | string | undefined => portOf(at.at('port').text, container);
  switch (kind) {
    case 'none':
      return undefined;
    case 'httpGet': {
      const scheme = (at.at('scheme').text ?? 'HTTP').toUpperCase();
      return JSON.stringify([kind, scheme, at.at('host').text, port(), pathOf(at.at('path').text)]);
    }
    case 'tcpSocket':
      return JSON.stringify([kind, at.at('host').text, port()]);
    case 'grpc':
      return JSON.stringify([kind, port(), at.at('service').text ?? '']);
    case 'exec':
      return JSON.stringify([kind, at.at('command').items.map(({ text }) => text)]);
  }
}

/** The number of a port that has a name. */
function portOf(text: string | undefined, { ports }: Container): number | string | undefined {
  const named = ports.find(({ name }) => name !== undefined && name === text);
  return named?.number ?? (/^\d+$/.test(text ?? '') ? Number(text) : text);
}

function pathOf(written = '/'): string {
  const path = written.startsWith('/') ? written : `/${written}`;
  return path.replace(/\/+(?=$|\?)/, '');
}
