package pt.sunbeam.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers in byte arrays, big-endian (network order) and little-endian (WireGuard, netlink). Offsets are the caller's to check. */
public final class Endian {
    private static final VarHandle LONG_BE = view(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = view(short[].class, ByteOrder.BIG_ENDIAN);

    private Endian() {}

    private static VarHandle view(Class<?> type, ByteOrder order) {
        return MethodHandles.byteArrayViewVarHandle(type, order);
    }

    public static long longBe(byte[] b, int off) {
        return (long) LONG_BE.get(b, off);
    }

    public static void putLongBe(byte[] b, int off, long value) {
        LONG_BE.set(b, off, value);
    }

    public static long longLe(byte[] b, int off) {
        return (long) LONG_LE.get(b, off);
    }

    public static void putLongLe(byte[] b, int off, long value) {
        LONG_LE.set(b, off, value);
    }

    public static int intBe(byte[] b, int off) {
        return (int) INT_BE.get(b, off);
    }

    /** 0 to 2^32-1. */
    public static long unsignedIntBe(byte[] b, int off) {
        return intBe(b, off) & 0xffffffffL;
    }

    public static void putIntBe(byte[] b, int off, int value) {
        INT_BE.set(b, off, value);
    }

    public static int intLe(byte[] b, int off) {
        return (int) INT_LE.get(b, off);
    }

    public static void putIntLe(byte[] b, int off, int value) {
        INT_LE.set(b, off, value);
    }

    /** An unsigned 16-bit value, 0 to 65535. */
    public static int shortBe(byte[] b, int off) {
        return (short) SHORT_BE.get(b, off) & 0xffff;
    }

    /** An unsigned 16-bit value, 0 to 65535. */
    public static int shortLe(byte[] b, int off) {
        return Short.reverseBytes((short) SHORT_BE.get(b, off)) & 0xffff;
    }

    public static void putShortBe(byte[] b, int off, int value) {
        SHORT_BE.set(b, off, (short) value);
    }
}
