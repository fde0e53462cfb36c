package pt.sunbeam.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A control socket at which one client finds the lines of a script, whatever it asks for. */
final class ScriptedDaemon implements AutoCloseable {
    final Path socket;
    final CompletableFuture<String> request = new CompletableFuture<>();
    private final Path folder;
    private final ServerSocketChannel server;

    ScriptedDaemon(List<String> lines) throws IOException {
        // Not a @TempDir: the path of a local socket must be short.
        folder = Files.createTempDirectory("scripted");
        socket = folder.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(() -> serve(lines));
    }

    private void serve(List<String> lines) {
        try (SocketChannel client = server.accept()) {
            var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
            request.complete(in.readLine());
            for (String line : lines) {
                client.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            request.completeExceptionally(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.delete(socket);
        Files.delete(folder);
    }
}
