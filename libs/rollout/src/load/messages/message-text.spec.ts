import { errorOf } from './message-text.js';

describe('an answer', () => {
  it.each([
    ['{"err":"no stock","isDisposed":true}', 'no stock'],
    ['{"err":{"status":"error"},"isDisposed":true}', '{"status":"error"}'],
    [`{"err": {"message":"${'a'.repeat(400)}`, `{"message":"${'a'.repeat(188)}…`],
  ])('is an error where it is one of Nest, or begins as one: %p', (body, error) => {
    expect(errorOf(body)).toBe(error);
  });

  it.each(['{"err":null,"response":1}', '{"response":{"err":1}}', '"err"', 'done', '', '{"err":null,"response":"aaa'])(
    'is none: %p',
    (body) => {
      expect(errorOf(body)).toBeUndefined();
    },
  );
});
