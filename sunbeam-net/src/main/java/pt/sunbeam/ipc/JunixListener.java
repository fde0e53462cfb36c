package pt.sunbeam.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFSocketCapability;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** The control socket through junixsocket: the peer's numeric user id comes from the kernel. */
final class JunixListener implements LocalListener {
    private static final int BACKLOG = 64;

    private final AFUNIXServerSocket server;
    private final long ownUid;

    private JunixListener(AFUNIXServerSocket server, long ownUid) {
        this.server = server;
        this.ownUid = ownUid;
    }

    static boolean isSupported() {
        try {
            return AFUNIXSocket.isSupported() && AFUNIXSocket.supports(AFSocketCapability.CAPABILITY_PEER_CREDENTIALS);
        } catch (LinkageError e) {
            return false;
        }
    }

    static JunixListener open(Path path) throws IOException {
        AFUNIXServerSocket server = AFUNIXServerSocket.newInstance();
        try {
            server.bind(AFUNIXSocketAddress.of(path), BACKLOG);
            // The socket file has just been made by this process, so its owner is this process's user.
            Object uid = Files.getAttribute(path, "unix:uid");
            return new JunixListener(server, ((Number) uid).longValue());
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public Connection accept() throws IOException {
        AFUNIXSocket socket = server.accept();
        return new Connection() {
            @Override
            public boolean isSameUser() {
                try {
                    return socket.getPeerCredentials().getUid() == ownUid;
                } catch (IOException e) {
                    return false;
                }
            }

            @Override
            public InputStream input() throws IOException {
                return socket.getInputStream();
            }

            @Override
            public OutputStream output() throws IOException {
                return socket.getOutputStream();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
