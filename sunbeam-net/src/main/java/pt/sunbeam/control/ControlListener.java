package pt.sunbeam.control;

import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.Netmap;

/** Hears what a control client does. Called on the client's thread; what it throws ends the client's run. */
public interface ControlListener {
    /** A step began. */
    void progress(ControlProgress progress);

    /** The server accepted this node key, which is on disk by now. */
    void registered(NodePrivate nodeKey);

    /** A message came: whatever counts failures in a row may start again. */
    void received();

    /** There is a new picture of the tailnet. */
    void netmap(Netmap netmap);
}
