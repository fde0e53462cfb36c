package pt.sunbeam.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** What a testkit peer offers to the tailnet. Confined to the peer's data loop. */
public final class Services {
    private static final int BUFFER_BYTES = 64 << 10;

    private Services() {}

    /** Sends back every byte, and closes its direction when the other end has closed. */
    public static Acceptor echo() {
        return connection -> new Echo();
    }

    /** Answers every HTTP/1.x request with {@code text} and closes. */
    public static Acceptor web(String text) {
        return connection -> new Web(text);
    }

    private static final class Echo implements TcpEvents {
        private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES).flip();
        private boolean ended;
        private boolean shut;

        @Override
        public void readable(TcpConnection connection) {
            move(connection);
        }

        @Override
        public void writable(TcpConnection connection) {
            move(connection);
        }

        @Override
        public void peerFin(TcpConnection connection) {
            ended = true;
            move(connection);
        }

        @Override
        public void closed(TcpConnection connection) {
            connection.close();
        }

        @Override
        public void reset(TcpConnection connection, ResetCause cause) {
            connection.close();
        }

        private void move(TcpConnection connection) {
            while (true) {
                if (!pending.hasRemaining()) {
                    pending.clear();
                    connection.read(pending);
                    pending.flip();
                }
                if (!pending.hasRemaining() || connection.write(pending) == 0) {
                    break;
                }
            }
            if (ended && !shut && !pending.hasRemaining() && connection.readableBytes() == 0) {
                shut = true;
                connection.shutdownWrite();
            }
        }
    }

    private static final class Web implements TcpEvents {
        private static final int MAX_REQUEST_BYTES = 8 << 10;

        private final String text;
        private final StringBuilder request = new StringBuilder();
        private boolean answered;

        Web(String text) {
            this.text = text;
        }

        @Override
        public void readable(TcpConnection connection) {
            ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
            connection.read(in);
            request.append(StandardCharsets.ISO_8859_1.decode(in.flip()));
            if (request.length() > MAX_REQUEST_BYTES) {
                connection.abort();
            } else if (!answered && request.indexOf("\r\n\r\n") >= 0) {
                answered = true;
                byte[] body = text.getBytes(StandardCharsets.UTF_8);
                String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + body.length + "\r\nConnection: close\r\n\r\n";
                connection.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
                connection.write(ByteBuffer.wrap(body));
                connection.shutdownWrite();
            }
        }

        @Override
        public void peerFin(TcpConnection connection) {
            if (!answered) {
                connection.shutdownWrite();
            }
        }

        @Override
        public void closed(TcpConnection connection) {
            connection.close();
        }

        @Override
        public void reset(TcpConnection connection, ResetCause cause) {
            connection.close();
        }
    }
}
