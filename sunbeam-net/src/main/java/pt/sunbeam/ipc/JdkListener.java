package pt.sunbeam.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/** The control socket through the JDK's channels, for systems without junixsocket's native library. */
final class JdkListener implements LocalListener {
    private final ServerSocketChannel server;
    private final String ownUser;

    private JdkListener(ServerSocketChannel server, String ownUser) {
        this.server = server;
        this.ownUser = ownUser;
    }

    static JdkListener open(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            return new JdkListener(server, Files.getOwner(path).getName());
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public Connection accept() throws IOException {
        SocketChannel client = server.accept();
        return new Connection() {
            @Override
            public boolean isSameUser() {
                try {
                    return !client.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)
                            || client.getOption(ExtendedSocketOptions.SO_PEERCRED)
                                    .user()
                                    .getName()
                                    .equals(ownUser);
                } catch (IOException e) {
                    return false;
                }
            }

            @Override
            public InputStream input() {
                return Channels.newInputStream(client);
            }

            @Override
            public OutputStream output() {
                return Channels.newOutputStream(client);
            }

            @Override
            public void close() throws IOException {
                client.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
