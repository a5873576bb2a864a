import { type Container } from './container.js';
import { programIn } from './command.js';
import { baseName } from './runner.js';

/**
 * Whether a container is certainly of something else than Node: a database, a proxy, another runtime. Its time to stop
 * and its probes go by rules of its own. A workload that could be either counts as a service of Node.
 */
export function isForeign(container: Container): boolean {
  const { field, variables, words } = container;
  if ([...variables.keys()].some((name) => /^(?:SHUTDOWN_|NODE_)/.test(name))) return false;
  return isForeignStart(
    field.at('image').text ?? '',
    words.map(({ text }) => text ?? ''),
  );
}

/** The same, by the image and by the command that is written over the image's own. */
export function isForeignStart(image: string, words: readonly string[]): boolean {
  const [first] = programIn(words);
  const program = first === undefined ? undefined : baseName(first);
  if (program !== undefined && NODE_PROGRAM.test(program)) return false;
  return (program !== undefined && FOREIGN_PROGRAM.test(program)) || isForeignName(image);
}

/** `docker.io/bitnami/postgresql:16@sha256:…` is `postgresql`. */
function imageName(image: string): string {
  return baseName(image.replace(/@.*$/, '').replace(/:[^/:]*$/, ''));
}

/** `nats-streaming`, `mysqld-exporter`, `kafka-ui`: what begins with the name of one, and what watches one. */
function isForeignName(image: string): boolean {
  const name = imageName(image);
  const [first = ''] = name.split(/[-_.]/);
  // What a team has built may be named after what it talks to: `shop/redis-sync`.
  const isOfficial = /^(?:docker\.io\/)?(?:library\/|bitnami\w*\/)?[^/]+$/.test(image);
  return FOREIGN_IMAGES.has(name) || (isOfficial && FOREIGN_IMAGES.has(first)) || /[-_]exporter$/.test(name);
}

const NODE_PROGRAM =
  /^(?:node|nodejs|npm|npx|yarn|pnpm|bun|bunx|deno|nest|tsx|ts-node|pm2|pm2-runtime|cross-env|dotenv)$/;

const FOREIGN_PROGRAM =
  /^(?:python[\d.]*|gunicorn|uvicorn|hypercorn|celery|flask|java|ruby|bundle|rails|puma|sidekiq|php(?:-fpm)?[\d.]*|apache2(?:ctl|-foreground)?|httpd|dotnet|nginx|openresty|haproxy|envoy|traefik|caddy|postgres|mysqld|mariadbd|mongod|mongos|redis-(?:server|sentinel)|valkey-server|memcached|rabbitmq-server|nats-server|etcd|minio|kafka-server-start\.sh|mosquitto|prometheus|grafana-server)$/;

const FOREIGN_IMAGES: ReadonlySet<string> = new Set(
  [
    'postgres postgresql postgis timescaledb pgbouncer mysql mariadb percona mongo mongodb redis redis-stack valkey keydb',
    'dragonfly memcached cassandra scylla cockroach clickhouse clickhouse-server influxdb neo4j etcd minio',
    'rabbitmq kafka cp-kafka redpanda zookeeper nats pulsar activemq mosquitto emqx',
    'nginx nginx-unprivileged openresty httpd haproxy envoy traefik caddy varnish squid',
    'elasticsearch opensearch kibana logstash solr meilisearch typesense grafana prometheus loki tempo jaeger keycloak vault consul',
    'python openjdk eclipse-temurin amazoncorretto tomcat jetty wildfly ruby php golang rust aspnet wordpress',
  ].flatMap((line) => line.split(' ')),
);
