import type { RouteEntry } from '../shared/routingView';

/**
 * Ports of databases, caches and brokers that answer an HTTP request with noise, a log line or a
 * block of the client (MySQL's `max_connect_errors`): they get a TCP connection and nothing more.
 */
const TCP_ONLY_PORTS: ReadonlySet<number> = new Set([
  1433, // Microsoft SQL Server
  1521, // Oracle
  1883, // MQTT
  2181, // ZooKeeper
  3306, // MySQL, MariaDB
  4222, // NATS
  5432, // PostgreSQL
  5672, // AMQP
  6379, // Redis
  7687, // Neo4j Bolt
  9042, // Cassandra
  9092, // Kafka
  11211, // memcached
  26257, // CockroachDB
  27017, // MongoDB
]);

/** How a published port is probed: no datagram protocol, no HTTP to well-known databases. */
export function probeKindOf(
  protocol: string,
  publishedPort: number,
  targetPort: number,
): RouteEntry['probe'] {
  if (protocol !== 'tcp') {
    return 'none';
  }
  return TCP_ONLY_PORTS.has(targetPort) || TCP_ONLY_PORTS.has(publishedPort) ? 'tcp' : 'http';
}
