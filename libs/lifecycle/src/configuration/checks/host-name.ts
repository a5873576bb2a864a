const LOCAL =
  /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1|::|::ffff:127(?:\.\d{1,3}){3}|host\.docker\.internal)$/i;

/** Whether a name of a host is this very machine, or the one of a developer. */
export function isLocal(host: string): boolean {
  return LOCAL.test(host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''));
}

/**
 * The hosts of an address: a name, `name:port`, an address with a scheme and any number of hosts, or `host=name port=5432`. Empty
 * where there is none, such as for the path of a socket.
 */
export function hostsOf(address: string): string[] {
  const text = address.trim();
  const [, , authority, rest = ''] = /^([a-z][a-z0-9+.:-]*):\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (authority !== undefined) return ofUrl(authority, rest);
  const pairs = [...text.matchAll(/(?:^|[;\s])(?:host|server|data source)\s*=\s*(?:tcp:)?([^;\s,]+)/gi)];
  if (pairs.length > 0) return pairs.map(([, host = '']) => withoutPort(host));
  return text === '' || /[/\\=\s]/.test(text) ? [] : text.split(',').map(withoutPort);
}

/** PostgreSQL lets a parameter say which host, or which folder of a socket, is meant. */
function ofUrl(authority: string, rest: string): string[] {
  const parameter = /[?&]host=([^&#]*)/i.exec(rest)?.[1];
  if (parameter !== undefined) return hostsOf(decoded(parameter));
  // A password may have an @ in it.
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(';')[0] ?? '';
  return hosts
    .split(',')
    .map(withoutPort)
    .filter((host) => host !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is no encoding stands for itself.
    return text;
  }
}

function withoutPort(host: string): string {
  const text = host.trim();
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']') === -1 ? undefined : text.indexOf(']'));
  return /^[^:]*:\d*$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}
