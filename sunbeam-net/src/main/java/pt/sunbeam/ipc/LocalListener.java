package pt.sunbeam.ipc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A listening Unix socket that can tell who connects. Junixsocket gives the peer's numeric user where its native library
 * loads; elsewhere the JDK's channels serve, which compare names.
 */
interface LocalListener extends Closeable {
    /** Waits for the next connection; an IOException after {@link #close}. */
    Connection accept() throws IOException;

    /** One accepted connection. */
    interface Connection extends Closeable {
        /** True when the process at the other end runs as this daemon's user. */
        boolean isSameUser();

        InputStream input() throws IOException;

        OutputStream output() throws IOException;
    }

    /** Listens at {@code path}, which must not exist, in a folder that is its owner's alone. */
    static LocalListener bind(Path path) throws IOException {
        return JunixListener.isSupported() ? JunixListener.open(path) : JdkListener.open(path);
    }
}
