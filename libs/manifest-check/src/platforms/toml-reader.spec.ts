import { Source } from '../source/source.js';
import { readToml } from './toml-reader.js';

function read(...lines: readonly string[]) {
  return readToml(new Source({ path: 'fly.toml', text: lines.join('\n') }));
}

describe('readToml', () => {
  it('reads values of every kind, each at its place', () => {
    const root = read(
      '# an app',
      'app = "or\\u0064ers"   # a name',
      "path = 'C:\\x'",
      'kill_timeout = 1_0',
      'on = true',
      'when = 2026-11-30T10:00:00Z',
      'long = """',
      'two',
      'lines"""',
    );
    expect(root.at('app').text).toBe('orders');
    expect(root.at('path').text).toBe('C:\\x');
    expect(root.at('kill_timeout')).toMatchObject({ number: 10, position: { line: 4, column: 1 } });
    expect(root.at('on').boolean).toBe(true);
    expect(root.at('when').text).toBe('2026-11-30T10:00:00Z');
    expect(root.at('long').text).toBe('two\nlines');
  });

  it('reads tables, tables in lists, and keys with dots', () => {
    const root = read(
      '[http_service]',
      'ports = [80, # plain',
      '  443,]',
      '[[http_service.checks]]',
      'path = "/a"',
      '[[http_service.checks]]',
      'path = "/b"',
      '[http_service.checks.headers]',
      'host = "x"',
      '[env]',
      'a.b = { c = 1, "d e" = [2] }',
    );
    expect(root.at('http_service', 'ports').items.map(({ number }) => number)).toEqual([80, 443]);
    const checks = root.at('http_service', 'checks').items;
    expect(checks.map((check) => check.at('path').text)).toEqual(['/a', '/b']);
    expect(checks[1]?.at('headers', 'host').text).toBe('x');
    expect(root.at('env', 'a', 'b', 'c').number).toBe(1);
    expect(root.at('env', 'a', 'b', 'd e').items[0]?.number).toBe(2);
  });

  it.each(['a', 'a = ', 'a = "b', '[a', '[[a]', 'a = [1 2]', 'a = 1 2', 'a = { b = 1', '= 1'])(
    'refuses %s with its line',
    (line) => {
      expect(() => read('b = 1', line)).toThrow(/^fly\.toml:2:\d+: this is not TOML/);
    },
  );

  it('refuses what is nested too deep', () => {
    expect(() => read(`a = ${'['.repeat(300)}`)).toThrow(/^fly\.toml:/);
    expect(() => read(`[${'a.'.repeat(100_000)}a]`)).toThrow(/^fly\.toml:/);
    expect(() => read(`a = ${'{ b = '.repeat(300)}`)).toThrow(/^fly\.toml:/);
  });
});
