const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['1', 'SIGHUP'],
  ['2', 'SIGINT'],
  ['3', 'SIGQUIT'],
  ['9', 'SIGKILL'],
  ['15', 'SIGTERM'],
]);

/** `15`, `TERM` and `SIGTERM` are the same; `undefined` for what is no name, such as a variable, which may be any. */
export function signalNameOf(text = ''): string | undefined {
  const name = NUMBERS.get(text) ?? text.toUpperCase();
  if (!/^[A-Z]+\d*(?:[+-]\d+)?$/.test(name)) return undefined;
  return name.startsWith('SIG') ? name : `SIG${name}`;
}
