package pt.sunbeam.netstack.timer;

import java.util.Arrays;
import pt.sunbeam.time.Deadline;

/**
 * All timers of one stack: a binary heap of intrusive {@link Timer} nodes, re-armed lazily.
 *
 * <p>Confined to the stack's owner thread. Arming, cancelling and firing allocate nothing. A node may lie in the heap
 * under a key that is earlier than its deadline; {@link #nextDeadlineNanos} may then be early, never late.
 */
public final class TimerHeap {
    private Timer[] heap = new Timer[64];
    private int size;

    /** Arms {@code timer}, or moves it; {@link Deadline#NONE} disarms it. */
    public void arm(Timer timer, long deadlineNanos) {
        timer.deadlineNanos = deadlineNanos;
        if (deadlineNanos == Deadline.NONE) {
            return;
        }
        if (timer.index < 0) {
            insert(timer);
        } else if (deadlineNanos < timer.keyNanos) {
            timer.keyNanos = deadlineNanos;
            siftUp(timer.index);
        }
    }

    /** Takes {@code timer} out for good: nothing here refers to it any more. */
    public void remove(Timer timer) {
        timer.deadlineNanos = Deadline.NONE;
        if (timer.index >= 0) {
            removeAt(timer.index);
        }
    }

    /** Fires every timer that is due at {@code nowNanos}; those armed meanwhile for the past fire too. */
    public void fireDue(long nowNanos) {
        while (size > 0 && heap[0].keyNanos <= nowNanos) {
            Timer top = heap[0];
            removeAt(0);
            if (top.deadlineNanos > nowNanos) {
                if (top.isArmed()) {
                    insert(top);
                }
                continue;
            }
            top.deadlineNanos = Deadline.NONE;
            top.fire(nowNanos);
        }
    }

    public long nextDeadlineNanos() {
        return size == 0 ? Deadline.NONE : heap[0].keyNanos;
    }

    public int size() {
        return size;
    }

    private void insert(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        timer.keyNanos = timer.deadlineNanos;
        place(timer, size++);
        siftUp(timer.index);
    }

    @SuppressWarnings("NullAway") // slots at and above size are empty
    private void removeAt(int index) {
        heap[index].index = -1;
        Timer last = heap[--size];
        heap[size] = null;
        if (index < size) {
            place(last, index);
            siftUp(index);
            siftDown(last.index);
        }
    }

    private void siftUp(int from) {
        int i = from;
        Timer timer = heap[i];
        while (i > 0 && heap[(i - 1) >>> 1].keyNanos > timer.keyNanos) {
            place(heap[(i - 1) >>> 1], i);
            i = (i - 1) >>> 1;
        }
        place(timer, i);
    }

    private void siftDown(int from) {
        int i = from;
        Timer timer = heap[i];
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && heap[child + 1].keyNanos < heap[child].keyNanos) {
                child++;
            }
            if (heap[child].keyNanos >= timer.keyNanos) {
                break;
            }
            place(heap[child], i);
            i = child;
        }
        place(timer, i);
    }

    private void place(Timer timer, int index) {
        heap[index] = timer;
        timer.index = index;
    }
}
