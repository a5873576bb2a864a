import { nameOfUpgrade } from './upgrade-name.js';

describe('nameOfUpgrade', () => {
  it.each([
    ['/', 'GET /'],
    ['/chat', 'GET /chat'],
    ['/chat/', 'GET /chat'],
    ['/ws2', 'GET /ws2'],
    ['/graphql-ws', 'GET /graphql-ws'],
    ['/chat/rooms/7', 'GET /chat/*'],
    ['/chat?token=secret', 'GET /chat'],
    ['/chat/ada?token=secret', 'GET /chat/*'],
    ['/?token=/secret', 'GET /'],
    ['/4711', 'GET /*'],
    ['/eyJhbGciOiJIUzI1NiJ9', 'GET /*'],
    ['/ada%40example.com/feed', 'GET /*'],
    ['//double', 'GET /*'],
  ])('of %s is %s', (url, name) => {
    expect(nameOfUpgrade({ method: 'GET', url })).toBe(name);
  });

  it('of a tunnel says nothing of where it leads', () => {
    expect(nameOfUpgrade({ method: 'CONNECT', url: 'db.internal:5432' })).toBe('CONNECT');
  });
});
