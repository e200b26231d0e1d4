"""The pages: server-rendered, Vietnamese first, whole without scripts.

A view reads the request, calls one act of the desk and shapes the answer into what its
template shows.  Nothing here knows the subject: what may be done, what is missing and what
is due is the desk's to say.
"""
