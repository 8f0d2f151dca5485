; Three towers rebuilt; the tenth blocks-world instance of AgentBoard.
(define (problem blocksworld-7)
  (:domain blocksworld)
  (:objects b1 b2 b3 b4 b5 b6 b7)
  (:init (arm-empty) (on-table b1) (on b7 b1) (on b4 b7) (clear b4)
    (on-table b3) (on b6 b3) (clear b6) (on-table b5) (on b2 b5) (clear b2))
  (:goal (and (on b4 b1) (on b1 b7) (on b7 b3) (on b3 b2) (on b2 b5) (on b5 b6))))
