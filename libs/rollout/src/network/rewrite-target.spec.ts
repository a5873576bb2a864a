import { rewriteTarget, targetOf } from './rewrite-target.js';

describe('rewriteTarget', () => {
  it.each([
    ['redis://cache:6379/0', 'redis://127.0.0.1:9/0'],
    [
      'postgres://me:p%40ss@db.internal:5433/shop?sslmode=disable',
      'postgres://me:p%40ss@127.0.0.1:9/shop?sslmode=disable',
    ],
    ['postgresql://me:a@b@db/shop', 'postgresql://me:a@b@127.0.0.1:9/shop'],
    ['mongodb://[::1]:27018/?replicaSet=a', 'mongodb://127.0.0.1:9/?replicaSet=a'],
    ['AMQP://broker', 'AMQP://127.0.0.1:9'],
    ['http://search:9200/index?at=elsewhere:1#db:2', 'http://127.0.0.1:9/index?at=elsewhere:1#db:2'],
    ['odd+scheme://host:1?x', 'odd+scheme://127.0.0.1:9?x'],
    ['db.internal:5432', '127.0.0.1:9'],
    ['[::1]:6379', '127.0.0.1:9'],
  ])('changes nothing of %s but the address', (value, rewritten) => {
    expect(rewriteTarget(value, 9)).toBe(rewritten);
  });

  it.each([
    ['redis://cache:6380', { host: 'cache', port: 6380 }],
    ['postgres://me:a@b@db/shop', { host: 'db', port: 5432 }],
    ['mysql://[fe80::1]/shop', { host: 'fe80::1', port: 3306 }],
    ['localhost:4222', { host: 'localhost', port: 4222 }],
  ])('knows where %s points to', (value, target) => {
    expect(targetOf(value)).toEqual(target);
  });

  it.each([
    'a:9092,b:9092',
    'mongodb://a:1,b:2/db',
    'mongodb+srv://cluster.example.com',
    'postgres:///db?host=/run/postgresql',
    'unknown://host',
    'localhost',
    'db:0',
    'db:70000',
    '',
  ])('refuses "%s", which does not name one host and one port', (value) => {
    expect(() => rewriteTarget(value, 9)).toThrow('A proxy needs one host and one port');
  });

  it('tells no password in its refusal', () => {
    const refusal = (value: string) => (): void => void targetOf(value);
    expect(refusal('kafka://me:secret@a:1,b:2')).toThrow(/^(?!.*secret)/s);
    expect(refusal('me:secret@a')).toThrow(/^(?!.*secret)/s);
  });
});
