package org.lensdl4j.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;

/**
 * A standalone cluster on this machine: a master and workers of one core and 512 MB, each a process
 * of its own, of the class path at hand.
 */
final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** Speculative copies only run on another host than the first. */
  private static final String WORKER = "127.0.0.%d";

  private final Path root;
  private final Path home;
  private final String url;
  private final List<Process> processes = new ArrayList<>();

  Cluster(Path root, int workers) throws IOException, InterruptedException {
    this.root = root;
    home = root.resolve("spark");
    Files.createDirectories(home.resolve("jars")); // where executors look first
    int port = freePort();
    url = "spark://%s:%d".formatted(HOST, port);
    start(HOST, "master", "master.Master", "--host", HOST, "--port", "" + port);
    await(port);
    for (int i = 0; i < workers; i++) {
      String host = WORKER.formatted(i + 2);
      String[] options = {
        "--host", host, "-c", "1", "-m", "512M", "-d", root.resolve("work" + i).toString(), url
      };
      start(host, "worker" + i, "worker.Worker", options);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void start(String host, String name, String type, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    SparkSettings.OPENS.forEach(o -> command.add("--add-opens=" + o + "=ALL-UNNAMED"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "org.apache.spark.deploy." + type));
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    environment(builder.environment(), name);
    builder.environment().put("SPARK_LOCAL_IP", host);
    builder.redirectErrorStream(true).redirectOutput(root.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  private void await(int port) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(HOST, port), 1000);
        return;
      } catch (IOException e) {
        if (i == 300) {
          throw new IOException("no master: " + Files.readString(root.resolve("master.log")), e);
        }
        Thread.sleep(100);
      }
    }
  }

  /** What a process of Spark is told of its surroundings. */
  void environment(Map<String, String> variables, String name) {
    variables.put("SPARK_HOME", home.toString());
    variables.put("SPARK_SCALA_VERSION", "2.12");
    variables.put("SPARK_LOCAL_IP", HOST);
    variables.put("SPARK_LOCAL_DIRS", root.resolve("local-" + name).toString());
  }

  /** A driver's settings for this cluster. */
  SparkConf conf() {
    SparkConf conf = new SparkConf().setMaster(url);
    settings(System.getProperty("java.class.path")).forEach(conf::set);
    return SparkSettings.apply(conf.set("spark.local.dir", root.resolve("driver").toString()));
  }

  /**
   * The same without the master.
   *
   * @param classPath of executors
   */
  Map<String, String> settings(String classPath) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("spark.driver.host", HOST);
    out.put("spark.driver.bindAddress", HOST);
    out.put("spark.executor.memory", "480m");
    out.put("spark.executor.extraClassPath", classPath);
    out.put("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    out.put("spark.cores.max", "2");
    out.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    out.put("spark.shuffle.io.maxRetries", "1");
    out.put("spark.shuffle.io.retryWait", "100ms");
    return out;
  }

  String url() {
    return url;
  }

  /** Kills a worker and its executors as a power cut does. */
  void killWorker(int worker) {
    Process process = processes.get(1 + worker);
    List<ProcessHandle> executors = process.descendants().toList();
    process.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      process.descendants().forEach(all::add);
      all.add(process.toHandle());
    }
    all.forEach(ProcessHandle::destroyForcibly);
    for (Process process : processes) {
      process.waitFor(10, TimeUnit.SECONDS);
    }
  }
}
