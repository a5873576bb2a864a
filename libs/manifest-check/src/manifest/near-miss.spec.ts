import { isNearMiss } from './near-miss.js';

describe('a near miss', () => {
  it.each([
    ['orders', 'ordrs'],
    ['orders', 'ordesr'],
    ['orders', 'ordera'],
    ['web-app', 'webapp'],
  ])('is %s and %s', (one, other) => {
    expect(isNearMiss(one, other)).toBe(true);
    expect(isNearMiss(other, one)).toBe(true);
  });

  it.each([
    ['orders', 'orders'],
    ['api', 'app'],
    ['api-1', 'api-2'],
    ['orders', 'basket'],
    ['orders', 'orders-db'],
    ['orders', 'odrers-'],
  ])('is not %s and %s', (one, other) => {
    expect(isNearMiss(one, other)).toBe(false);
    expect(isNearMiss(other, one)).toBe(false);
  });
});
