package pt.sunbeam.netstack.tcp;

/** Order of 32-bit sequence numbers by the sign of their difference (RFC 9293 section 3.4). */
final class Seq {
    private Seq() {}

    static boolean before(int a, int b) {
        return a - b < 0;
    }

    static boolean after(int a, int b) {
        return a - b > 0;
    }

    static int max(int a, int b) {
        return a - b > 0 ? a : b;
    }

    static int min(int a, int b) {
        return a - b < 0 ? a : b;
    }
}
