"""Where the paper itself is: shelf, box, folder, position; who has it out; stock-taking.

``model`` keeps places, holdings, loans and counts; ``places`` and ``lending`` change them;
``stocktaking`` compares what lies there with what should (pure); ``labels`` sets what is
stuck on boxes.  Whether one may is the desk's to say.
"""
