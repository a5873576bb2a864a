import { type ApplicationFacts } from '../application-facts.js';
import { type ConfigurationCheck, ONLY_IN_PRODUCTION } from '../configuration-check.js';
import { type FoundProblem } from '../configuration-problem.js';
import { hostsOf, isLocal } from './host-name.js';

/** Addresses of databases and brokers, under whatever name. */
const SCHEME =
  /^(?:jdbc:)?(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|valkeys?|sqlserver|mssql|cockroachdb|oracle|amqps?|prisma\+postgres):\/\//i;

/** Variables with a host or an address of a database. */
const NAME =
  /^(?:\w+_)?(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO|MONGODB|REDIS|VALKEY|TYPEORM|RABBITMQ|AMQP)_?(?:\w+_)?(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|URL|URI|DSN)$/;

/** Variables for other places than production. */
const ELSEWHERE = /(?:^|_)(?:TEST|TESTS|TESTING|DEV|DEVELOPMENT|LOCAL|SHADOW)(?:_|$)/;

/** Databases on this very machine: variables, and the clients among the providers. */
export const databases: ConfigurationCheck = {
  name: 'databases',
  run: (facts) => (facts.isProduction ? [...ofVariables(facts), ...ofClients(facts)] : ONLY_IN_PRODUCTION),
};

function ofVariables({ variable, variableNames }: ApplicationFacts): FoundProblem[] {
  return variableNames
    .filter((name) => !ELSEWHERE.test(name) && isOfDatabase(name, variable(name) ?? ''))
    .flatMap((name) => {
      const local = hostsOf(variable(name) ?? '').find(isLocal);
      if (local === undefined) return [];
      return [{ about: name, ...onThisMachine(local), remedy: `Type ${name}=… with the host of the database.` }];
    });
}

function isOfDatabase(name: string, value: string): boolean {
  return NAME.test(name) || SCHEME.test(value.trim());
}

function ofClients({ clients }: ApplicationFacts): FoundProblem[] {
  return clients.flatMap(({ name, configuration }) => {
    const local = configuration.addresses.flatMap(hostsOf).find(isLocal);
    if (local === undefined) return [];
    const remedy = 'Give it the host of the database from the environment, such as DATABASE_URL.';
    return [{ about: name, ...onThisMachine(local), remedy }];
  });
}

function onThisMachine(host: string): { readonly message: string } {
  return { message: `its host is ${host}, and in a container nothing else runs there` };
}
