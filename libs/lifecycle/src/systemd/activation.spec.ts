import { activatedSockets, listenOn } from './activation.js';

const passed = { LISTEN_FDS: '2', LISTEN_PID: String(process.pid), LISTEN_FDNAMES: 'http:metrics' };
const from =
  (variables: Record<string, string>) =>
  (name: string): string | undefined =>
    variables[name];

describe('activatedSockets', () => {
  it('are those from descriptor 3 on, with their names', () => {
    expect(activatedSockets(from(passed))).toEqual([
      { fd: 3, name: 'http' },
      { fd: 4, name: 'metrics' },
    ]);
    const { LISTEN_FDNAMES: _, ...unnamed } = passed;
    expect(activatedSockets(from(unnamed)).map(({ name }) => name)).toEqual(['unknown', 'unknown']);
  });

  it.each([{}, { ...passed, LISTEN_PID: '1' }, { ...passed, LISTEN_FDS: 'x' }, { ...passed, LISTEN_FDS: '0' }])(
    'are none of this process with %j',
    (variables) => {
      expect(activatedSockets(from(variables))).toEqual([]);
    },
  );
});

describe('listenOn', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(passed)) {
      if (before[name] === undefined) delete process.env[name];
    }
  });

  it('is what it does without, where nothing was passed on', () => {
    expect(listenOn({ port: 3000 }, 'http')).toEqual({ port: 3000 });
  });

  it('is the socket of that name, or the first; and refuses a name that there is not', () => {
    Object.assign(process.env, passed);
    expect(listenOn({ port: 3000 })).toEqual({ fd: 3 });
    expect(listenOn({ port: 3000 }, 'metrics')).toEqual({ fd: 4 });
    expect(() => listenOn({ port: 3000 }, 'admin')).toThrow(
      /has passed on http, metrics\. Type FileDescriptorName=admin/,
    );
  });
});
