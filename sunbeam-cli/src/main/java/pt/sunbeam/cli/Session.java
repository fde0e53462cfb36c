package pt.sunbeam.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Cuts the daemon off from the terminal that started it, setsid(2), and closes its new files to others, umask(2). Both
 * are a second guard: where the calls are missing nothing breaks.
 */
final class Session {
    private static final int PRIVATE_UMASK = 0077;

    private Session() {}

    /** Returns what did not work, in words; empty when all did. */
    static String detach() {
        try {
            int session = (int)
                    call("setsid", FunctionDescriptor.of(ValueLayout.JAVA_INT)).invokeExact();
            int before = (int) call("umask", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invokeExact(PRIVATE_UMASK);
            return session < 0 ? "setsid failed: the process leads a group already (umask was " + before + ")" : "";
        } catch (Throwable e) {
            return "setsid or umask is not to be had: " + e;
        }
    }

    @SuppressWarnings("restricted") // the launcher permits native access
    private static MethodHandle call(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }
}
