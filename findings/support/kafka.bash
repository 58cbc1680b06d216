# For findings about Kafka: start_kafka DIR starts a real broker (Apache Kafka 4.4.0, one KRaft node) on loopback and sets
# KAFKA_BROKERS; stop_kafka stops it. Needs Java 17, Maven and Node; its jars come from Maven Central into DIR.
start_kafka() {
  local dir=$1 port controller
  free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
  port=$(free_port)
  controller=$(free_port)
  mkdir -p "$dir"
  cat > "$dir/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.4.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML
  mvn -B -ntp -q -f "$dir/pom.xml" dependency:copy-dependencies -DoutputDirectory="$dir/jars" -DincludeScope=runtime > "$dir/maven.log" 2>&1
  cat > "$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/log
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
PROPERTIES
  local id
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  java -cp "$dir/jars/*" kafka.tools.StorageTool format --cluster-id="$id" -c "$dir/server.properties" > "$dir/format.log" 2>&1
  java -Xms256m -Xmx512m -cp "$dir/jars/*" kafka.Kafka "$dir/server.properties" > "$dir/broker.log" 2>&1 &
  KAFKA_PID=$!
  export KAFKA_BROKERS=127.0.0.1:$port KAFKAJS_NO_PARTITIONER_WARNING=1
  for _ in $(seq 300); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then return 0; fi
    sleep 0.2
  done
  tail -n 20 "$dir/broker.log" >&2
  return 1
}

stop_kafka() {
  [ -n "${KAFKA_PID:-}" ] || return 0
  kill "$KAFKA_PID" 2> /dev/null || true
  wait "$KAFKA_PID" 2> /dev/null || true
}
