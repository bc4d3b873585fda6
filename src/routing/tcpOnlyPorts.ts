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

/** Whether a port is that of a well-known database or broker, by either of its numbers. */
export function isTcpOnly({
  publishedPort,
  targetPort,
}: {
  readonly publishedPort?: number;
  readonly targetPort: number;
}): boolean {
  return (
    TCP_ONLY_PORTS.has(targetPort) ||
    (publishedPort !== undefined && TCP_ONLY_PORTS.has(publishedPort))
  );
}
