import { namesOf, variablesOf } from './service-names.js';

describe('the names of a Service', () => {
  it('are short within its namespace, and have the namespace elsewhere', () => {
    const orders = { name: 'orders', namespace: 'shop' };
    const long = ['orders.shop', 'orders.shop.svc', 'orders.shop.svc.cluster.local'];
    expect(namesOf(orders, 'shop')).toEqual(['orders', ...long]);
    expect(namesOf(orders, 'default')).toEqual(long);
  });
});

describe('the variables of a Service', () => {
  it('are those that Kubernetes gives: the first port without a name, and each that has one', () => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'admin-api', port: 81 },
    ];
    expect(variablesOf({ name: 'orders-api', namespace: 'shop', ports }, '10.0.0.1')).toEqual({
      ORDERS_API_SERVICE_HOST: '10.0.0.1',
      ORDERS_API_SERVICE_PORT: '80',
      ORDERS_API_SERVICE_PORT_HTTP: '80',
      ORDERS_API_SERVICE_PORT_ADMIN_API: '81',
      ORDERS_API_PORT: 'tcp://10.0.0.1:80',
    });
  });
});
