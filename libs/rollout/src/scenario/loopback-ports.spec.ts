import { loopbackPorts, withPorts } from './loopback-ports.js';

const standIn = (port: number): number | undefined => ({ 3000: 20_123, 80: 20_080, 443: 20_443 })[port];

describe('withPorts', () => {
  it.each([
    [
      ['curl', '-X', 'POST', 'localhost:3000/drain'],
      ['curl', '-X', 'POST', 'localhost:20123/drain'],
    ],
    [
      ['curl', 'http://127.0.0.1:3000/drain'],
      ['curl', 'http://127.0.0.1:20123/drain'],
    ],
    [
      ['curl', 'http://admin:secret@localhost:3000/'],
      ['curl', 'http://admin:secret@localhost:20123/'],
    ],
    [
      ['wget', '-qO-', 'http://[::1]:3000/ready'],
      ['wget', '-qO-', 'http://[::1]:20123/ready'],
    ],
    [
      ['sh', '-c', 'curl localhost:3000/a && sleep 3000'],
      ['sh', '-c', 'curl localhost:20123/a && sleep 3000'],
    ],
    [
      ['sh', '-c', 'nc -z localhost 3000 && nc -z 127.0.0.1 3000'],
      ['sh', '-c', 'nc -z localhost 20123 && nc -z 127.0.0.1 20123'],
    ],
    [
      ['nc', '-z', 'localhost', '3000'],
      ['nc', '-z', 'localhost', '20123'],
    ],
    [
      ['bash', '-c', 'echo > /dev/tcp/localhost/3000'],
      ['bash', '-c', 'echo > /dev/tcp/localhost/20123'],
    ],
    [
      ['grpc_health_probe', '-addr=:3000'],
      ['grpc_health_probe', '-addr=:20123'],
    ],
    [
      ['redis-cli', '-h', 'localhost', '-p', '3000', 'ping'],
      ['redis-cli', '-h', 'localhost', '-p', '20123', 'ping'],
    ],
    [
      ['node', '-e', "fetch('http://localhost:3000/x')"],
      ['node', '-e', "fetch('http://localhost:20123/x')"],
    ],
    [
      ['node', '-e', "http.get({ port: 3000, path: '/' })"],
      ['node', '-e', "http.get({ port: 20123, path: '/' })"],
    ],
    [
      ['curl', 'http://localhost/drain'],
      ['curl', 'http://localhost:20080/drain'],
    ],
    [
      ['curl', '-k', 'https://localhost'],
      ['curl', '-k', 'https://localhost:20443'],
    ],
    [
      ['sh', '-c', 'curl http://$HOSTNAME:3000/ ${POD_IP}:3000'],
      ['sh', '-c', 'curl http://$HOSTNAME:20123/ ${POD_IP}:20123'],
    ],
  ] as const)('gives %j the ports of its pod', (command, expected) => {
    expect(withPorts([...command] as [string, ...string[]], standIn)).toEqual(expected);
  });

  it.each([
    [['sleep', '3000']],
    [['sh', '-c', 'sleep 3000; echo 3000 > /tmp/3000']],
    [['curl', 'http://orders:3000/drain']],
    [['curl', 'http://my-localhost:3000/drain', 'http://localhost.example:3000']],
    [['nc', '-z', '--host', 'database', '-p', '3000']],
    [['sh', '-c', 'curl localhost:$PORT/drain; curl localhost:${PORT:-3000}/drain']],
    [['curl', 'localhost:30001/drain', 'localhost:5432']],
  ] as const)('leaves %j as it is', (command) => {
    expect(withPorts([...command] as [string, ...string[]], standIn)).toEqual(command);
  });
});

describe('loopbackPorts', () => {
  it('names each once, with its place', () => {
    const found = loopbackPorts(['sh', '-c', 'curl localhost:9000/a; curl http://localhost/b']);
    expect(found.map(({ port, text }) => [port, text])).toEqual([
      [9000, 'localhost:9000'],
      [80, 'http://localhost'],
    ]);
    expect(loopbackPorts(['node', 'drain.js'])).toEqual([]);
  });

  it('is in doubt of a number that may be a process', () => {
    expect(loopbackPorts(['ps', '-p', '1'])).toMatchObject([{ port: 1, isCertain: false }]);
    expect(loopbackPorts(['redis-cli', '-h', 'localhost', '-p', '6379'])).toMatchObject([
      { port: 6379, isCertain: true },
    ]);
  });
});
